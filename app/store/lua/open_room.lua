#!lua
-- @include ledger room_log
-- Creates a room, or makes one that ended live again; offset and epoch of a room that exists go on.
-- KEYS: totals, room, log, streaks, board, comments, rooms, overlay, board by gifts, moderation
-- ARGV: 1 claim, 2 room id, 3 channel, 4 new room epoch, 5 event fields of room_changed, 6 title, 7 kind,
--   8 streamer as JSON, 9 guests as JSON, 10 promotable as JSON, 11 media as JSON
-- Returns 'created', 'reopened', 'live' (it is: nothing done), or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room = open_room(KEYS[2], ledger)
redis.call('XLEN', KEYS[3])
redis.call('ZSCORE', KEYS[7], ARGV[2])
if room.status == 'live' then
  return 'live'
end
if not room.status then
  -- Offsets begin at 0. A log left over from a room of that name would have higher ones, and refuse the room's next event.
  redis.call('DEL', KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[9], KEYS[10])
end
room.epoch = room.epoch or ARGV[4]
redis.call('HSET', KEYS[2], 'status', 'live', 'epoch', room.epoch, 'offset', room.offset, 'title', ARGV[6], 'kind', ARGV[7],
  'streamer', ARGV[8], 'guests', ARGV[9], 'promotable', ARGV[10], 'media', ARGV[11])
redis.call('HSETNX', KEYS[2], 'coins', 0)
for i = 2, 6 do
  redis.call('PERSIST', KEYS[i])
end
redis.call('PERSIST', KEYS[8])
redis.call('PERSIST', KEYS[9])
redis.call('PERSIST', KEYS[10])
redis.call('ZADD', KEYS[7], int(ledger.now), ARGV[2])
if room.status then
  say(room, 'room_changed', at_text(ledger), ARGV[5])
  publish_events(room, KEYS[3], ARGV[3])
  return 'reopened'
end
return 'created'
