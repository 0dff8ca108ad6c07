# One line a layer that it needs; what asks the DNS with DNSSEC stands in a
# process of its own.
TOOLS += mtasts-check
LAYERS_mtasts-check := base sys crypto dns net mail tls tag probe run mtasts
