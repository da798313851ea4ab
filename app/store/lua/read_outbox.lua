#!lua flags=no-writes
-- @include ledger
-- What has lain in the outbox for so long, the oldest first.
-- KEYS: totals, outbox, its times
-- ARGV: 1 epoch, 2 ms that it has lain there, 3 how many at most
-- Returns {'R<slug>'} or {'', the ledger's time in ms, name, value, ...}
local epoch, shift = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'shift'))
if epoch ~= ARGV[1] then
  return {'Runinitialised'}
end
local now = ledger_time(shift)
local found = {'', int(now)}
local names = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', int(now - ARGV[2]), 'LIMIT', 0, ARGV[3])
if #names > 0 then
  for i, v in ipairs(redis.call('HMGET', KEYS[2], unpack(names))) do
    found[2 * i + 1], found[2 * i + 2] = names[i], v or ''
  end
end
return found
