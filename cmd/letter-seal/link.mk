# Works offline, on libcrypto alone.
TOOLS += letter-seal
LAYERS_letter-seal := base sys crypto run seal
