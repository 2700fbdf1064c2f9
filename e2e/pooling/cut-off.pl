# Take a network interface down and up again: its index, and seconds between. The requests and struct ifreq are those of netdevice(7).
use strict;
use warnings;

my ($index, $seconds) = @ARGV;
socket(my $socket, 2, 2, 0) or die "socket: $!";    # AF_INET, SOCK_DGRAM

sub ask {
    my ($request, $ifreq) = @_;
    ioctl($socket, $request, $ifreq) or die "interface $index: $!";
    return $ifreq;
}

sub set_up {
    my ($name, $is_up) = @_;
    my $flags = unpack 'x16 s', ask(0x8913, pack 'a16 x24', $name);                  # SIOCGIFFLAGS
    $flags = $is_up ? $flags | 1 : $flags & ~1;                                       # IFF_UP
    ask(0x8914, pack 'a16 s x22', $name, $flags);                                     # SIOCSIFFLAGS
}

my $name = unpack 'Z16', ask(0x8910, pack 'x16 i x20', $index);                      # SIOCGIFNAME
set_up($name, 0);
select(undef, undef, undef, $seconds);
set_up($name, 1);
