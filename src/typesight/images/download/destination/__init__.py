"""Where a download may go: parsed URLs, host names, public addresses, `allow_hosts` and proxies."""
