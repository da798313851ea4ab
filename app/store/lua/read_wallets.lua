#!lua flags=no-writes
-- Wallets as they are at one moment.
-- KEYS: totals, coins, debt, given, spending
-- ARGV: 1 ledger epoch, then users
-- Returns {'R<slug>'} or {'', n, coins of each, debt of each, coins given by each, how far each has come}
local ledger = redis.call('HMGET', KEYS[1], 'epoch', 'n')
if ledger[1] ~= ARGV[1] then
  return {'Runinitialised'}
end
local users = {unpack(ARGV, 2)}
local found = {'', ledger[2]}
for i = 2, 5 do
  found[i + 1] = redis.call('HMGET', KEYS[i], unpack(users))
end
return found
