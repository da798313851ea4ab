#!lua
-- Lets value be moved again after a loss: the ledger goes on from what it has.
-- KEYS: totals, losses
-- ARGV: 1 epoch, 2 the term of the loss that is accepted, with all before it, 3 who accepts it and when, as JSON
-- Returns 'N', 'S' where that is not the latest loss that waits, or 'R<slug>'
local v = redis.call('HMGET', KEYS[1], 'epoch', 'lost')
if v[1] ~= ARGV[1] then
  return 'Runinitialised'
elseif v[2] ~= ARGV[2] then
  return 'S'
end
redis.call('HLEN', KEYS[2])
redis.call('HDEL', KEYS[1], 'lost')
redis.call('HSET', KEYS[2], ARGV[2] .. ' accepted', ARGV[3])
return 'N'
