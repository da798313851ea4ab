#!lua flags=no-writes
-- Balances of some users, whether they are frozen, and the totals, all of one moment.
-- KEYS: totals, frozen, then the columns
-- ARGV: the users
-- Returns {the totals flat, whether each user is frozen, for each column the users' values}
local found = {redis.call('HGETALL', KEYS[1])}
for i = 2, #KEYS do
  local command = i == 2 and 'SMISMEMBER' or 'HMGET'
  found[i] = #ARGV > 0 and redis.call(command, KEYS[i], unpack(ARGV)) or {}
end
return found
