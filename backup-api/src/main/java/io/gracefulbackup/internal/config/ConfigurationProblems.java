package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.internal.support.Printable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Collects the problems of the configuration, each one once, in the order in which they are found. {@code install()} passes
 * one collector from step to step and throws at the end, so that all problems are reported at once. For use by one thread.
 */
public final class ConfigurationProblems {
    private final SecretRedactor redact;
    private final Set<String> texts = new LinkedHashSet<>();

    /** An empty collection. Secrets are removed from the texts, and control characters escaped. */
    public ConfigurationProblems(SecretRedactor redact) {
        this.redact = redact;
    }

    /** Adds a problem: one sentence that names the thing, its value, what was expected and the next step. */
    public void add(String problem) {
        texts.add(Printable.text(redact.redact(problem)));
    }

    /** Runs a step; if it throws a configuration exception, adds the problems of the exception and returns empty. */
    public <T> Optional<T> attempt(Supplier<? extends T> step) {
        try {
            return Optional.of(step.get());
        } catch (BackupConfigurationException e) {
            e.problems().forEach(this::add);
            return Optional.empty();
        }
    }

    /** All problems so far. */
    public List<String> all() {
        return List.copyOf(texts);
    }

    /** Reports all problems, if there are any. */
    public void throwIfAny() {
        if (!texts.isEmpty()) {
            throw new BackupConfigurationException(all());
        }
    }
}
