/** Preloaded into a server process: tells the parent its CPU time when asked. */
process.on('message', () => process.send?.(process.cpuUsage()));
process.channel?.unref();
