#!lua
-- @include ledger
-- Sets how far the ledger's time is from the store's clock.
-- KEYS: totals
-- ARGV: 1 epoch, 2 how often the caller knows it to be stepped, 3 the new shift in ms, or 'meet' to let a ledger that is ahead
--   run at half speed towards the clock
-- Returns 'N', 'S' where somebody else has stepped it, or 'R<slug>'
local v = redis.call('HMGET', KEYS[1], 'epoch', 'steps', 'shift', 'met', 'hw')
if v[1] ~= ARGV[1] then
  return 'Runinitialised'
elseif (v[2] or '0') ~= ARGV[2] then
  return 'S'
end
local clock, shift = ledger_time(0), tonumber(v[3]) or 0
if ARGV[3] == 'meet' then
  -- Half of the time since the last call, and of two seconds at most: so it does not matter who calls, or how often.
  local passed = math.min(math.max(clock - (tonumber(v[4]) or clock), 0), 2000)
  redis.call('HSET', KEYS[1], 'shift', int(math.max(shift - math.floor(passed / 2), 0)), 'met', int(clock))
else
  redis.call('HSET', KEYS[1], 'shift', ARGV[3], 'steps', int(ARGV[2] + 1))
  redis.call('HDEL', KEYS[1], 'met')
end
return 'N'
