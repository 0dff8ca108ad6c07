# Reports are files: no DNS, no network.
TOOLS += tlsrpt-report
LAYERS_tlsrpt-report := base sys crypto dns mail tls run report
