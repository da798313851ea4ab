#!lua
-- @include rebuild
-- Writes a piece of a ledger that is being put together.
-- KEYS: the rebuild's hash
-- ARGV: 1 the rebuild's name, 2 msgpack: {{verb, key, arguments...}...}; DROP: nothing is to be left of the key, unless it is
--   written to as well
-- Returns 'N', or 'S' where another rebuild has begun since, or the store was emptied
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then
  return 'S'
end
for _, step in ipairs(cmsgpack.unpack(ARGV[2])) do
  local verb, key = step[1], step[2]
  if verb == 'DROP' then
    redis.call('HSETNX', KEYS[1], key, 'drop')
  else
    redis.call(verb, staged(key), unpack(step, 3))
    redis.call('HSET', KEYS[1], key, 'new')
  end
end
return 'N'
