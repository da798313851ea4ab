#!lua flags=no-writes
-- Wallets as they are at one moment.
-- KEYS: totals, coins, debt
-- ARGV: 1 ledger epoch, then users
-- Returns {'R<slug>'} or {'', n, coins of each, debt of each}
local ledger = redis.call('HMGET', KEYS[1], 'epoch', 'n')
if ledger[1] ~= ARGV[1] then
  return {'Runinitialised'}
end
local users = {unpack(ARGV, 2)}
return {'', ledger[2], redis.call('HMGET', KEYS[2], unpack(users)), redis.call('HMGET', KEYS[3], unpack(users))}
