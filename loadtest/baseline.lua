-- Takes the coins of one gift, credits the streamer, remembers the id, journals it and tells the room: all in one call.
-- KEYS: wallet hash, the gift's id, streamer's earnings hash, leaderboard, journal stream
-- ARGV: coins, sender, streamer, entry as JSON, event as JSON, channel, seconds for which the id is remembered
-- Returns {'new' | 'seen' | 'poor', coins left}
if redis.call('EXISTS', KEYS[2]) == 1 then
  return {'seen', redis.call('HGET', KEYS[1], ARGV[2])}
end
local coins, price = tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or '0'), tonumber(ARGV[1])
if coins < price then
  return {'poor', coins}
end
local left = redis.call('HINCRBY', KEYS[1], ARGV[2], -price)
redis.call('HINCRBY', KEYS[3], ARGV[3], price)
redis.call('ZINCRBY', KEYS[4], price, ARGV[2])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', 1000000, '*', 'entry', ARGV[4])
redis.call('SET', KEYS[2], left, 'EX', ARGV[7])
redis.call('PUBLISH', ARGV[6], ARGV[5])
return {'new', left}
