#!lua flags=no-writes
-- What was counted of promotions.
-- KEYS: totals, then each promotion's hash
-- ARGV: 1 ledger epoch
-- Returns {'R<slug>'} or {'', each promotion's hash flat}; one that is not there is empty
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return {'Runinitialised'}
end
local found = {''}
for i = 2, #KEYS do
  found[i] = redis.call('HGETALL', KEYS[i])
end
return found
