#!lua
-- @include ledger room_log
-- Posts a batch of events without value (comments, their removal) into the logs of rooms.
-- KEYS: totals, this time bucket's said, the bucket's before; then for each room its hash and log
-- ARGV[1], msgpack: {ledger epoch, ms to remember an id, {channel...}, events}; an event: 1 room (index from 1), 2 id to say
--   it once, 3 type, 4 event fields
-- Returns a text for each event: 'N' said, 'D' was said before, 'R<slug>'; or one text alone that refuses all
local req = cmsgpack.unpack(ARGV[1])
local ledger, refusal = open_ledger(KEYS[1], req[1])
if refusal then
  return {'R' .. refusal}
end
local channels, events, rooms, results, ids = req[3], req[4], {}, {}, {}
for r = 1, #channels do
  rooms[r] = open_room(KEYS[2 + 2 * r])
  redis.call('XLEN', KEYS[3 + 2 * r])
end
for i, e in ipairs(events) do
  ids[i] = e[2]
end
local said, before = redis.call('SMISMEMBER', KEYS[2], unpack(ids)), redis.call('SMISMEMBER', KEYS[3], unpack(ids))
local known, fresh, at = {}, {}, at_text(ledger)
for i, id in ipairs(ids) do
  known[id] = said[i] == 1 or before[i] == 1
end
for i, e in ipairs(events) do
  local room = rooms[e[1]]
  if known[e[2]] then
    results[i] = 'D'
  elseif not room.status then
    results[i] = 'Rroom_not_found'
  elseif room.status ~= 'live' then
    results[i] = 'Rroom_not_live'
  else
    known[e[2]] = true
    fresh[#fresh + 1] = e[2]
    say(room, e[3], at, e[4])
    results[i] = 'N'
  end
end
if #fresh > 0 then
  redis.call('SADD', KEYS[2], unpack(fresh))
  redis.call('PEXPIRE', KEYS[2], req[2])
end
for r, room in ipairs(rooms) do
  publish_events(room, KEYS[3 + 2 * r], channels[r])
end
return results
