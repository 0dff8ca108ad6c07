# Reports are files: no DNS, no network.
TOOLS += dmarc-report
LAYERS_dmarc-report := base sys crypto dns mail run report
