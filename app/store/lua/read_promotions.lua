#!lua flags=no-writes
-- What was counted of promotions, or what they are.
-- KEYS: totals, then each promotion's hash
-- ARGV: 1 ledger epoch, then the fields that are wanted; none for all
-- Returns {'R<slug>'} or {'', for each promotion its hash flat, or the values of the fields}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return {'Runinitialised'}
end
local found = {''}
for i = 2, #KEYS do
  found[i] = #ARGV > 1 and redis.call('HMGET', KEYS[i], unpack(ARGV, 2)) or redis.call('HGETALL', KEYS[i])
end
return found
