# The cluster's own container images, one target each; those of Kubernetes share one layer that holds every program.
FROM debian:trixie-slim AS files
SHELL ["/bin/bash", "-euc"]
RUN apt-get update; apt-get install --yes --no-install-recommends nftables netbase
# kube-proxy calls nft: take it with the libraries that it loads, and the names of protocols. Without these nft tells `6` for `tcp`, and the full
# synchronization that kube-proxy makes every hour takes its own rules for somebody else's and removes every Service.
RUN mkdir -p /out/usr/local/bin /out/{etc,run,var}; install -d -m 1777 /out/tmp; \
    cp --dereference --parents /etc/protocols /usr/sbin/nft $(ldd /usr/sbin/nft | grep -o '/[^ ]*') /out; \
    for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy etcd coredns pause; do \
      ln -s kube /out/usr/local/bin/$program; \
    done
COPY kube /out/usr/local/bin/kube

FROM scratch AS program
COPY --from=files /out /
ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

FROM program AS coredns
ENTRYPOINT ["/usr/local/bin/coredns"]

FROM program AS pause
ENTRYPOINT ["/usr/local/bin/pause"]

FROM scratch AS metrics-server
COPY metrics-server /metrics-server
ENTRYPOINT ["/metrics-server"]
