#!lua
-- @include ledger
-- Counts what one viewer has seen of promoted rooms, each ticket once.
-- KEYS: totals; then for each impression its promotion's hash, tickets and people
-- ARGV: 1 claim, 2 now in ms, 3 the viewer's mark, 4 impressions a viewer and hour, 5 the parts of a promotion's time; then
--   when the ticket of each was given
-- Returns {'R<slug>'} or {'', a word for each}: counted, used (the ticket, or another was given since), own (the buyer's),
--   enough (of this viewer in this hour), over (the promotion)
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
local HOUR_MS = 3600000
local now, mark, words = tonumber(ARGV[2]), ARGV[3], {''}

local function count(hash, tickets, people, issued)
  local p = redis.call('HMGET', hash, 'start', 'end', 'impressions', 'counted', 'buyer', 'browser', 'stopped')
  if not p[1] or p[7] or now >= tonumber(p[2]) or tonumber(p[4]) >= tonumber(p[3]) then
    return 'over'
  elseif p[5] == mark or p[6] == mark then
    return 'own'
  elseif tonumber(redis.call('ZSCORE', tickets, mark) or -1) ~= tonumber(issued) then
    return 'used'
  end
  local times = {}
  for at in string.gmatch(redis.call('HGET', people, mark) or '', '%d+') do
    if tonumber(at) > now - HOUR_MS then
      times[#times + 1] = at
    end
  end
  if #times >= tonumber(ARGV[4]) then
    return 'enough'
  end
  times[#times + 1] = int(now)
  redis.call('ZREM', tickets, mark)
  redis.call('HSET', people, mark, table.concat(times, ' '))
  redis.call('PEXPIRE', people, HOUR_MS)
  local part = math.max(0, math.floor((now - p[1]) * ARGV[5] / (p[2] - p[1])))
  redis.call('HINCRBY', hash, 'counted', 1)
  redis.call('HINCRBY', hash, 'p' .. int(part), 1)
  return 'counted'
end

for i = 6, #ARGV do
  local at = 3 * (i - 6) + 2
  words[#words + 1] = count(KEYS[at], KEYS[at + 1], KEYS[at + 2], ARGV[i])
end
return words
