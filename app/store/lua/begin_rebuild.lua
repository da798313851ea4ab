#!lua
-- @include rebuild
-- Begins to put a ledger together. Whoever began before can go on no longer, and what was put together is gone.
-- KEYS: totals, the rebuild's hash
-- ARGV: 1 this rebuild's name, 2 the ledger that it takes the place of, as `ledger_there` tells it
-- Returns {'', the store's clock in ms}, or {'S', what `ledger_there` tells} where another ledger is there
local there = ledger_there(KEYS[1])
if there ~= ARGV[2] then
  return {'S', there}
end
for key in pairs(read_rebuild(KEYS[2])) do
  redis.call('UNLINK', staged(key))
end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'run', ARGV[1])
local time = redis.call('TIME')
return {'', string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))}
