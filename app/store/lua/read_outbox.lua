#!lua flags=no-writes
-- Tells what is under way to other partitions, at one moment.
-- KEYS: totals, outbox
-- ARGV: none
-- Returns {n, what the totals have in escrow, then pairs of a name and its coins}; see lib/outbox.lua
local v = redis.call('HMGET', KEYS[1], 'n', 'escrow')
local told, flat = {v[1] or '0', v[2] or '0'}, redis.call('HGETALL', KEYS[2])
for i = 1, #flat, 2 do
  told[i + 2], told[i + 3] = flat[i], string.match(flat[i + 1], '|(%d+)|')
end
return told
