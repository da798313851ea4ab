#!lua
-- @include ledger
-- Gives a viewer places of promoted rooms: of those that are behind their even pace, in the order that they are told in.
-- KEYS: totals; then for each promotion its hash, tickets, people, and what addresses were given in this hour
-- ARGV: 1 claim, 2 now in ms, 3 the viewer's mark, 4 the viewer's address or '', 5 places, 6 ms a ticket is good for,
--   7 ms one that is not used yet holds its place in the pace, 8 impressions a viewer and hour, 9 tickets an address and hour
-- Returns {'R<slug>'} or {'', the numbers of the promotions that are given, from 1}
-- A ticket is the viewer with the time it was given: one at a time.
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
local HOUR_MS = 3600000
local now, mark, address, places = tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5])
local given, rooms = {''}, {}

local function seen_enough(times)
  local count = 0
  for at in string.gmatch(times or '', '%d+') do
    count = count + (tonumber(at) > now - HOUR_MS and 1 or 0)
  end
  return count >= tonumber(ARGV[8])
end

-- Whether it is behind: what was counted, and what others hold, against what should be by now.
local function is_behind(p, tickets)
  local from = now - ARGV[7]
  local held = redis.call('ZCOUNT', tickets, from, '+inf')
  local own = redis.call('ZSCORE', tickets, mark)
  if own and tonumber(own) >= from then
    held = held - 1
  end
  return p[5] + held < p[4] * (now - p[2]) / (p[3] - p[2])
end

for at = 2, #KEYS, 4 do
  if #given > places then
    break
  end
  local p = redis.call('HMGET', KEYS[at], 'room', 'start', 'end', 'impressions', 'counted', 'buyer', 'browser',
    'stopped')
  local tickets, people, addresses = KEYS[at + 1], KEYS[at + 2], KEYS[at + 3]
  if p[1] and not p[8] and not rooms[p[1]] and p[6] ~= mark and p[7] ~= mark and now < tonumber(p[3]) and is_behind(p, tickets)
    and not seen_enough(redis.call('HGET', people, mark))
    and (address == '' or tonumber(redis.call('HGET', addresses, address) or 0) < tonumber(ARGV[9])) then
    redis.call('ZREMRANGEBYSCORE', tickets, '-inf', now - ARGV[6])
    redis.call('ZADD', tickets, now, mark)
    redis.call('PEXPIRE', tickets, ARGV[6])
    if address ~= '' then
      redis.call('HINCRBY', addresses, address, 1)
      redis.call('PEXPIRE', addresses, 2 * HOUR_MS)
    end
    rooms[p[1]] = true
    given[#given + 1] = (at + 2) / 4
  end
end
return given
