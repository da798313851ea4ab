#!lua
-- @include ledger room_log streaks
-- Ends the streaks of one room whose time is over, each with exactly one event, whoever asks and however often.
-- KEYS: totals, streaks due, room, log, streaks
-- ARGV: 1 claim, 2 room id, 3 channel, 4 'all' to end those that still run too, else ''; then the streak fields to
--   look at
-- Returns how many ended, or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local fields = {unpack(ARGV, 5)}
local room, at, ended, due = open_room(KEYS[3], ledger), at_text(ledger), {}, {}
redis.call('XLEN', KEYS[4])
redis.call('ZCARD', KEYS[2])
for i, v in ipairs(redis.call('HMGET', KEYS[5], unpack(fields))) do
  local s, field = read_streak(v), fields[i]
  if s and ARGV[4] ~= 'all' and ledger.now <= s.last + STREAK_MS then
    -- Another gift has prolonged the streak. Its time in `streaks due` is set only now, which is cheaper than at each gift.
    due[#due + 1], due[#due + 2] = int(s.last + STREAK_MS), ARGV[2] .. '\t' .. field
  else
    if s and room.status then
      end_streak(room, field, s, at)
    end
    ended[#ended + 1] = field
  end
end
for _, field in ipairs(ended) do
  redis.call('HDEL', KEYS[5], field)
  redis.call('ZREM', KEYS[2], ARGV[2] .. '\t' .. field)
end
if #due > 0 then
  redis.call('ZADD', KEYS[2], unpack(due))
end
publish_events(room, KEYS[4], ARGV[3])
return room.offset - room.first + 1
