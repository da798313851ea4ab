#!lua
-- Notes that the ledger, or a room of it, has lost what was there before: from the new term on all rooms have another epoch.
-- KEYS: totals, losses: hash of `<term>` -> the loss, `<term> accepted` -> by whom
-- ARGV: 1 epoch, 2 term in which the loss was found, 3 new term, 4 the loss as JSON, 5 'refuse' where no value may be moved
--   until it is accepted, else ''
-- Returns 'N', 'S' where the term is another one by now, or 'R<slug>'
local v = redis.call('HMGET', KEYS[1], 'epoch', 'term')
if v[1] ~= ARGV[1] then
  return 'Runinitialised'
elseif (v[2] or '0') ~= ARGV[2] then
  return 'S'
end
redis.call('HLEN', KEYS[2])
redis.call('HSET', KEYS[1], 'term', ARGV[3])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
if ARGV[5] == 'refuse' then
  redis.call('HSET', KEYS[1], 'lost', ARGV[3])
else
  redis.call('HSET', KEYS[2], ARGV[3] .. ' accepted', '{}')
end
return 'N'
