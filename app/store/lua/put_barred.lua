#!lua
-- @include ledger
-- Sets how far a person is kept out, from the next gift on, and tells all workers.
-- KEYS: totals, barred
-- ARGV: 1 claim, 2 user, 3 version, 4 msgpack of Barred, 5 channel
-- Returns 'N' set, 'O' a newer version is there, or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local known = redis.call('HGET', KEYS[2], ARGV[2])
if known and cmsgpack.unpack(known)[1] >= tonumber(ARGV[3]) then
  return 'O'
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
redis.call('SPUBLISH', ARGV[5], ARGV[2] .. ' ' .. ARGV[4])
return 'N'
