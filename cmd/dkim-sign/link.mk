# Signing needs libcrypto and IDNA alone: start-up is most of what a filter
# costs. IDNA is for domains that are compared as A-labels. Its 350 KB are
# tables, of which a name in ASCII touches four pages; as shared objects, with
# STATIC=, they are 14 pages more and 0.2 ms of 3.
TOOLS += dkim-sign
LAYERS_dkim-sign := base sys crypto dns mail tag run auth
