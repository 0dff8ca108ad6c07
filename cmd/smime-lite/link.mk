# libcrypto alone, as every filter.
TOOLS += smime-lite
LAYERS_smime-lite := base sys crypto dns mail run cms
