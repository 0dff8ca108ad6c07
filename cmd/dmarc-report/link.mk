# "make" asks the DNS whether others agree to get reports.
TOOLS += dmarc-report
LAYERS_dmarc-report := base sys crypto dns mail tag run auth report
