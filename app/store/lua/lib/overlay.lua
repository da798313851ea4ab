-- How long an ended room's overlay settings are kept: longer than any address of its overlays is good for, so that one that was
-- given up never opens the room of that name again.

local OVERLAY_KEPT_MS = 40 * 24 * 3600 * 1000
