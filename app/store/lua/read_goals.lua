#!lua flags=no-writes
-- Rooms' goals, all of one moment.
-- KEYS: totals, then the rooms' hashes
-- ARGV: none
-- Returns {n, then for each room {its goal's text or nil, the offset of its last event or nil}}
local found = {redis.call('HGET', KEYS[1], 'n')}
for i = 2, #KEYS do
  found[i] = redis.call('HMGET', KEYS[i], 'goal', 'offset')
end
return found
