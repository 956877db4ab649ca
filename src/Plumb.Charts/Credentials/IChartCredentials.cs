namespace Plumb.Charts.Credentials;

/// <summary>Finds the credentials for an address.</summary>
public interface IChartCredentials
{
    /// <summary>For a repository of charts, by its URL.</summary>
    ChartCredential ForRepository(Uri repository);

    /// <summary>The address of a repository that a chart names <c>@name</c> or <c>alias:name</c>; null when nobody knows it.</summary>
    string? AddressOf(string name);

    /// <summary>For a registry, by host and port.</summary>
    Task<ChartCredential> ForRegistryAsync(string host, CancellationToken ct);
}
