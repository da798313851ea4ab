#!lua flags=no-writes
-- One person's diamonds in all states, and what stands in the way of a payout, at one moment.
-- KEYS: totals, pending, available, held, debt, frozen
-- ARGV: 1 ledger epoch, 2 user
-- Returns {'R<slug>'} or {'', n, pending, available, held, owed coins, '1' where frozen or '0'}
local ledger = redis.call('HMGET', KEYS[1], 'epoch', 'n')
if ledger[1] ~= ARGV[1] then
  return {'Runinitialised'}
end
local found = {'', ledger[2] or '0'}
for i = 2, 5 do
  found[i + 1] = redis.call('HGET', KEYS[i], ARGV[2]) or '0'
end
found[7] = tostring(redis.call('SISMEMBER', KEYS[6], ARGV[2]))
return found
