# A filter that judges one message starts in milliseconds: it links the stub
# resolver; what is bigger stands behind the DNS process.
TOOLS += dmarc-verify
LAYERS_dmarc-verify := base sys crypto dns mail tag run auth
