#!lua
-- @include ledger room_log overlay
-- Changes what a room's overlays go by, and wakes the workers, which read it then.
-- KEYS: totals, room, overlay
-- ARGV: 1 claim, 2 channel, 3 ms since 1970 before which all addresses were made that are to end, 0 for none; then pairs of
--   field and value for the overlay's hash
-- Returns 'changed', or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room, rotated = open_room(KEYS[2], ledger), tonumber(redis.call('HGET', KEYS[3], 'rotated')) or 0
if not room.status then
  return 'Rroom_not_found'
end
if ARGV[3] ~= '0' then
  -- Later than the last time, whatever the clock says.
  redis.call('HSET', KEYS[3], 'rotated', int(math.max(tonumber(ARGV[3]), rotated + 1)))
end
if #ARGV > 3 then
  redis.call('HSET', KEYS[3], unpack(ARGV, 4))
end
redis.call('HINCRBY', KEYS[3], 'version', 1)
if room.status == 'ended' then
  redis.call('PEXPIRE', KEYS[3], OVERLAY_KEPT_MS)
end
redis.call('SPUBLISH', ARGV[2], '!')
return 'changed'
