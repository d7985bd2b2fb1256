package community

// Methods and statuses of the API (protocol/communities.md §7). They are those
// of HTTP, which this package does not speak: calls travel in onion requests.
const (
	methodGet    = "GET"
	methodPost   = "POST"
	methodPut    = "PUT"
	methodDelete = "DELETE"

	statusOK                 = 200
	statusNotModified        = 304
	statusBadRequest         = 400
	statusNotFound           = 404
	statusMethodNotAllowed   = 405
	statusPreconditionFailed = 412
)
