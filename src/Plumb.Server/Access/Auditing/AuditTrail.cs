using Plumb.Api;

namespace Plumb.Server.Access.Auditing;

/// <summary>Who did what. Entries are only ever added; old ones fall off the end.</summary>
public sealed class AuditTrail
{
    /// <summary>Notes an entry. One that cannot be written is said in the log; the caller's work goes on.</summary>
    public Task RecordAsync(AuditEntry entry, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Entries, newest first. Who may see them is for the caller of this to check (<c>audit, get</c>).</summary>
    public Task<Page<AuditRecord>> ListAsync(AuditQuery query, CancellationToken ct) => throw new NotImplementedException();
}
