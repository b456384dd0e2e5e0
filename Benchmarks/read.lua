-- wrk: GET one request after another, each by its id. Arguments: a file with ids, one to a line, and a token.
local paths = {}

function init(arguments)
    for id in io.lines(arguments[1]) do
        paths[#paths + 1] = "/beta/deviceManagement/operationApprovalRequests/" .. id
    end
    wrk.headers["Authorization"] = "Bearer " .. arguments[2]
end

local index = 0

function request()
    index = index % #paths + 1
    return wrk.format("GET", paths[index])
end

function done(summary, latency)
    local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
        + summary.errors.timeout
    io.write(string.format(
        "RESULT %.0f %.2f %.2f %d %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, failed, summary.requests))
end
