#!lua
-- @include ledger
-- Puts a running promotion into the store with what was counted of it so far, unless it is there.
-- KEYS: totals, the promotions by their end, its hash
-- ARGV: 1 claim, 2 its id, 3 its end in ms, 4 ms to keep it after that; then pairs of field and value for its hash
-- Returns 'put', 'there' or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  return 'there'
end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('HSET', KEYS[3], unpack(ARGV, 5))
redis.call('PEXPIREAT', KEYS[3], ARGV[3] + ARGV[4])
return 'put'
