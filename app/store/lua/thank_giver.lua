#!lua
-- @include ledger room_log
-- Thanks a giver before the whole room: once for each gift, and so many times in a while.
-- KEYS: totals, room, log, board, names, the gifts that were thanked for, how many times it thanked lately
-- ARGV: 1 claim, 2 channel, 3 the gift's id or '', 4 the giver's id where it is for no gift or '', 5 event fields, of a giver
--   without a gift those behind the person, 6 gifts that are remembered, 7 ms to remember them, 8 thanks in a while, 9 ms of a while
-- Returns 'N<the giver as JSON, of one without a gift>', 'D' was thanked for before, 'L<ms>' to wait, or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room, gift, person = open_room(KEYS[2], ledger), ARGV[3], ''
if not room.status then
  return 'Rroom_not_found'
end
redis.call('XLEN', KEYS[3])
if gift ~= '' and redis.call('ZSCORE', KEYS[6], gift) then
  return 'D'
end
if ARGV[4] ~= '' then
  person = redis.call('ZSCORE', KEYS[4], ARGV[4]) and redis.call('HGET', KEYS[5], ARGV[4])
  if not person then
    return 'Runknown_gift_send'
  end
end
local said = tonumber(redis.call('GET', KEYS[7])) or 0
if said >= tonumber(ARGV[8]) then
  return 'L' .. math.max(redis.call('PTTL', KEYS[7]), 1)
end
redis.call('SET', KEYS[7], said + 1, 'KEEPTTL')
if said == 0 then
  redis.call('PEXPIRE', KEYS[7], ARGV[9])
end
if gift ~= '' then
  redis.call('ZADD', KEYS[6], room.offset + 1, gift)
  redis.call('ZREMRANGEBYRANK', KEYS[6], 0, -ARGV[6] - 1)
  redis.call('PEXPIRE', KEYS[6], ARGV[7])
end
say(room, 'shout_out', at_text(ledger), person ~= '' and ',"user":' .. person or '', ARGV[5])
publish_events(room, KEYS[3], ARGV[2])
return 'N' .. person
