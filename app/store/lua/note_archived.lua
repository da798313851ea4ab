#!lua
-- Notes how far the journal is archived. It never goes back.
-- KEYS: totals
-- ARGV: 1 epoch, 2 n of the last entry that is archived
-- Returns 'N', 'S' where the journal does not go that far, or 'R<slug>'
local epoch, n, archived = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'n', 'archived'))
if epoch ~= ARGV[1] then
  return 'Runinitialised'
elseif tonumber(ARGV[2]) > tonumber(n) then
  return 'S'
elseif tonumber(ARGV[2]) > (tonumber(archived) or 0) then
  redis.call('HSET', KEYS[1], 'archived', ARGV[2])
end
return 'N'
