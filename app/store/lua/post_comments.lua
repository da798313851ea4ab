#!lua
-- @include ledger room_log moderation
-- Posts a batch of comments into rooms, and notes which ones a room has, so that they can be removed.
-- KEYS: totals, this time bucket's said, the bucket's before; then for each room its hash, log, comments, moderation and paces
-- ARGV: 1 claim, 2 msgpack: {ms to remember what was said, comments a room knows, {{room id, channel}...}, comments}; a
--   comment: 1 room (index from 1), 2 its id, 3 event fields, 4 whose it is, 5 whether it is neither slow nor off, 6 whether
--   it has waited for a moderator, and waits no more once it is said
-- Returns a text for each comment: 'N' said, 'D' was said before, 'R<slug>'; or one text alone that refuses all
local req = cmsgpack.unpack(ARGV[2])
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
local names, comments, rooms, results, ids, waits = req[3], req[4], {}, {}, {}, {}
for r, name in ipairs(names) do
  local at = 5 * r - 1
  local room = open_room(KEYS[at], ledger)
  room.id, room.channel, room.log, room.comments_key, room.posted = name[1], name[2], KEYS[at + 1], KEYS[at + 2], {}
  redis.call('XLEN', room.log)
  redis.call('ZCARD', room.comments_key)
  room.moderation_key, room.paces_key = KEYS[at + 3], KEYS[at + 4]
  rooms[r] = room
end
for i, c in ipairs(comments) do
  local room = rooms[c[1]]
  ids[i] = room.id .. ' ' .. c[2]
  waits[i] = c[6] and redis.call('HEXISTS', room.moderation_key, 'h ' .. c[2]) == 1
end
read_moderation(rooms, comments, function(c)
  return rooms[c[1]], c[4]
end)
local said, before = redis.call('SMISMEMBER', KEYS[2], unpack(ids)), redis.call('SMISMEMBER', KEYS[3], unpack(ids))
local known, fresh, at = {}, {}, at_text(ledger)
for i, id in ipairs(ids) do
  known[id] = said[i] == 1 or before[i] == 1
end
for i, c in ipairs(comments) do
  local room = rooms[c[1]]
  local slug = refuse_comment(room, c, ledger.now)
  if known[ids[i]] then
    results[i] = 'D'
  elseif c[6] and not waits[i] then
    results[i] = 'Runknown_comment'
  elseif slug then
    results[i] = 'R' .. slug
  else
    note_pace(room, c, ledger.now)
    known[ids[i]] = true
    fresh[#fresh + 1] = ids[i]
    say(room, 'comment_posted', at, c[3])
    room.posted[#room.posted + 1], room.posted[#room.posted + 2] = room.offset, c[2]
    results[i] = 'N'
  end
  if waits[i] and known[ids[i]] then
    wait_no_more(room, c[2])
  end
end
if #fresh > 0 then
  redis.call('SADD', KEYS[2], unpack(fresh))
  redis.call('PEXPIRE', KEYS[2], req[1])
end
for _, room in ipairs(rooms) do
  if #room.posted > 0 then
    redis.call('ZADD', room.comments_key, unpack(room.posted))
    redis.call('ZREMRANGEBYRANK', room.comments_key, 0, -req[2] - 1)
  end
  publish_events(room, room.log, room.channel)
end
return results
