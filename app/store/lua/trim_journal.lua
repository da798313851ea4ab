#!lua
-- Drops the beginning of the journal, which is archived, and with it the keys of its intents: from now on the archive has
-- to be asked for them, which `keys_from` tells.
-- KEYS: totals, journal, keys
-- ARGV: 1 epoch, 2 n of the first entry that stays, 3 the smallest stream id that stays; then the keys to drop
-- Returns 'N', 'S' where not all of that is archived, or 'R<slug>'
local epoch, archived, keys_from = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'archived', 'keys_from'))
local stays = tonumber(ARGV[2])
if epoch ~= ARGV[1] then
  return 'Runinitialised'
elseif stays - 1 > (tonumber(archived) or 0) then
  return 'S'
end
redis.call('XLEN', KEYS[2])
redis.call('HLEN', KEYS[3])
if #ARGV > 3 then
  redis.call('HDEL', KEYS[3], unpack(ARGV, 4))
end
if stays > (tonumber(keys_from) or 0) then
  redis.call('HSET', KEYS[1], 'keys_from', ARGV[2])
end
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[3])
return 'N'
