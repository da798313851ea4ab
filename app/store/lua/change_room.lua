#!lua
-- @include ledger room_log overlay
-- Changes a room's properties or ends it, and says so in the room. An ended room is kept for a while, then forgotten.
-- KEYS: totals, room, log, streaks, board, comments, rooms, overlay, board by gifts, moderation
-- ARGV: 1 claim, 2 room id, 3 channel, 4 event fields of room_changed, 5 ms to keep an ended room; then pairs of
--   field and value for the room's hash
-- Returns 'changed' or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room = open_room(KEYS[2], ledger)
if not room.status then
  return 'Rroom_not_found'
end
redis.call('XLEN', KEYS[3])
redis.call('ZSCORE', KEYS[7], ARGV[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 6))
say(room, 'room_changed', at_text(ledger), ARGV[4])
publish_events(room, KEYS[3], ARGV[3])
if redis.call('HGET', KEYS[2], 'status') == 'ended' then
  redis.call('ZREM', KEYS[7], ARGV[2])
  for i = 2, 6 do
    redis.call('PEXPIRE', KEYS[i], ARGV[5])
  end
  redis.call('PEXPIRE', KEYS[8], OVERLAY_KEPT_MS)
  redis.call('PEXPIRE', KEYS[9], ARGV[5])
  redis.call('PEXPIRE', KEYS[10], ARGV[5])
end
return 'changed'
