using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Plumb.Commands.Terminals;

/// <summary>Logs as lines on the error stream: time, level, source, message.</summary>
internal sealed class ConsoleLog(Terminal terminal, LogLevel level, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    /// <summary>A factory with this as its only output.</summary>
    public static ILoggerFactory Factory(Terminal terminal, LogLevel level) =>
        new LoggerFactory([new ConsoleLog(terminal, level, TimeProvider.System)], new LoggerFilterOptions { MinLevel = level });

    private bool Includes(LogLevel at) => at >= level;

    private void Write(LogLevel at, string source, string message, Exception? fault)
    {
        var name = at switch { LogLevel.Warning => "warn ", LogLevel.Error or LogLevel.Critical => "error", LogLevel.Information => "info ", _ => "debug" };
        lock (_gate)
        {
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss.fff} {name} {source}: {message}"));
            if (fault is not null)
                terminal.Error.WriteLine(level <= LogLevel.Debug ? fault.ToString() : $"    {fault.GetType().Name}: {fault.Message}");
        }
    }

    private sealed class Writer(ConsoleLog log, string source) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => log.Includes(logLevel) && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter)
        {
            if (IsEnabled(logLevel)) log.Write(logLevel, source, formatter(state, exception), exception);
        }
    }
}
