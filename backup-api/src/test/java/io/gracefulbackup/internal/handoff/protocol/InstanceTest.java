package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceTest {
    private static Terms at(@Nullable String site) {
        return new Terms(site, List.of("key"), 1);
    }

    @ParameterizedTest
    @CsvSource({
        ", one, 'it runs at site one, a without a site: check BACKUP_SITE and DATABASE_URL of b'",
        "one, , 'it runs without a site, a at site one: check BACKUP_SITE and DATABASE_URL of b'",
        "one, two, 'it runs at site two, a at site one: check BACKUP_SITE and DATABASE_URL of b'"
    })
    void anObjectionNamesBothSites(@Nullable String mine, @Nullable String theirs, String objection) {
        assertThat(new Instance("a", at(mine)).objection("b", at(theirs))).contains(objection);
    }

    @ParameterizedTest
    @CsvSource({",", "one, one"})
    void instancesOfTheSameSiteMayHandOver(@Nullable String mine, @Nullable String theirs) {
        assertThat(new Instance("a", at(mine)).objection("b", at(theirs))).isEmpty();
    }
}
