#!lua
-- @include ledger room_log
-- Tells a room, live or ended, that a comment is gone, once for each comment.
-- KEYS: totals, room, log, comments, this time bucket's removed, the bucket's before
-- ARGV: 1 claim, 2 room id, 3 channel, 4 comment id, 5 event fields, 6 ms to remember what was removed
-- Returns 'N' said, 'D' was said before, or 'R<slug>': `unknown_comment` where the room has no such comment
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room, id = open_room(KEYS[2], ledger), ARGV[2] .. ' ' .. ARGV[4]
if not room.status then
  return 'Rroom_not_found'
end
redis.call('XLEN', KEYS[3])
if redis.call('SISMEMBER', KEYS[5], id) == 1 or redis.call('SISMEMBER', KEYS[6], id) == 1 then
  return 'D'
elseif redis.call('ZREM', KEYS[4], ARGV[4]) == 0 then
  return 'Runknown_comment'
end
redis.call('SADD', KEYS[5], id)
redis.call('PEXPIRE', KEYS[5], ARGV[6])
say(room, 'comment_removed', at_text(ledger), ARGV[5])
publish_events(room, KEYS[3], ARGV[3])
return 'N'
