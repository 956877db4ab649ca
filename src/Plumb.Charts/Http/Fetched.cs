using System.Net;
using System.Net.Http.Headers;

namespace Plumb.Charts.Http;

/// <summary>An answer, read whole.</summary>
/// <param name="Status">200, 304, 401 or 404; other statuses are faults.</param>
/// <param name="Body">Empty unless 200.</param>
/// <param name="Headers">Of the last answer.</param>
/// <param name="Address">Where the answer came from, after redirects.</param>
internal sealed record Fetched(HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers, Uri Address);
