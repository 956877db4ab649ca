using System.Net;
using System.Net.Http.Headers;
using Plumb.Kubernetes.Clusters;

namespace Plumb.Kubernetes.Client;

/// <summary>
/// Where a cluster is and how to be let in. Credentials may change while it is in use: <see cref="Use"/> takes new ones, and those that
/// expire or are refused are renewed. Owns the sockets. Safe for concurrent use.
/// </summary>
internal sealed class KubeConnection : IDisposable
{
    private readonly TimeProvider _time;
    private readonly KubeClientOptions _options;
    private readonly Lock _lock = new(); // guards the replacement of _identity and _transport
    private volatile Identity _identity;
    private volatile Transport? _transport;
    private Transport? _retired;
    private bool _disposed;

    public KubeConnection(ClusterAccess access, TimeProvider? time = null, KubeClientOptions? options = null)
    {
        _time = time ?? TimeProvider.System;
        _options = options ?? new KubeClientOptions();
        _identity = new Identity(access, Credential.Of(access, _time));
    }

    /// <summary>An access with the source of its credentials.</summary>
    private sealed record Identity(ClusterAccess Access, Credential Credential);

    /// <summary>The server's address.</summary>
    public Uri Server => _identity.Access.Server;

    /// <summary>From now on requests go there and show these credentials. Open watches go on as they began.</summary>
    public void Use(ClusterAccess access)
    {
        lock (_lock)
        {
            _identity = new Identity(access, Credential.Of(access, _time));
            RetireLocked(null);
        }
    }

    /// <summary>
    /// Sends; the answer's body is not read yet. Credentials that the server refuses are renewed, and the request is sent once more.
    /// </summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, string accept, CancellationToken ct) =>
        SendAsync(method, path, content, accept, null, ct);

    /// <summary>The same as another user; null: as ourselves.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, string accept, Impersonation? user, CancellationToken ct)
    {
        var identity = _identity;
        var presented = await identity.Credential.GetAsync(ct);
        var response = await SendAsync(identity, presented, method, path, content, accept, user, ct);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !await identity.Credential.RenewAsync(presented, ct)) return response;
        response.Dispose();
        presented = await identity.Credential.GetAsync(ct);
        return await SendAsync(identity, presented, method, path, content, accept, user, ct);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _retired?.Dispose();
            _transport?.Dispose();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        Identity identity, Presented presented, HttpMethod method, string path, HttpContent? content, string accept, Impersonation? user, CancellationToken ct)
    {
        var access = identity.Access;
        var request = new HttpRequestMessage(method, access.Address + path) { Content = content };
        if (access.Server.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "plumb");
        request.Headers.Authorization = presented.Authorization;
        // .NET takes the name for TLS (to ask for, and to find in the certificate) from the Host header and nowhere else.
        if (access.ServerName.Length > 0) request.Headers.Host = access.ServerName;
        AddUser(request.Headers, user ?? access.Impersonate);
        // Not disposed: that would take the body along, which may have to be sent once more. Its owner disposes of it.
        return await TransportFor(identity, presented).SendAsync(request, ct);
    }

    private static void AddUser(HttpRequestHeaders headers, Impersonation? user)
    {
        if (user is null) return;
        headers.TryAddWithoutValidation("Impersonate-User", user.User);
        foreach (var group in user.Groups) headers.TryAddWithoutValidation("Impersonate-Group", group);
    }

    /// <summary>The sockets for this certificate: what a TLS connection showed at its start cannot be changed on it.</summary>
    private Transport TransportFor(Identity identity, Presented presented)
    {
        if (_transport is { } current && current.Serves(identity.Access, presented.Certificate)) return current;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_transport is { } now && now.Serves(identity.Access, presented.Certificate)) return now;
            var made = new Transport(identity.Access, presented.Certificate, _options, _time);
            // A request that began with older credentials must not take the sockets from those with the new ones.
            if (!ReferenceEquals(identity, _identity))
            {
                _retired?.Dispose();
                return _retired = made;
            }

            RetireLocked(made);
            return made;
        }
    }

    /// <summary>Requests on their way end in peace; the sockets before them have had their time.</summary>
    private void RetireLocked(Transport? next)
    {
        _retired?.Dispose();
        (_retired, _transport) = (_transport, next);
    }
}
