# Records to pages: no DNS, no network.
TOOLS += posture-report
LAYERS_posture-report := base sys crypto dns mail run survey
