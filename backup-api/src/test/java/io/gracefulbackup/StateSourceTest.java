package io.gracefulbackup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

class StateSourceTest {
    private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};

    // ---- canStartEmpty

    private static class Plain implements StateSource {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public void writeTo(OutputStream out) {}

        @Override
        public void readFrom(InputStream in, int version) {}
    }

    private static class Emptiable extends Plain {
        @Override
        public void startEmpty() {}
    }

    private interface EmptiableByDefault extends StateSource {
        @Override
        default void startEmpty() {}
    }

    @Test
    void cannotBeEmptiedUnlessTheClassSaysHow() {
        assertThat(new Plain().canStartEmpty()).isFalse();
        assertThat(StateSource.of("text", out -> {}, in -> {}).canStartEmpty()).isFalse();
    }

    @Test
    void canBeEmptiedIfTheClassOrOneAboveItOverridesStartEmpty() {
        class Child extends Emptiable {}
        class ByDefault extends Plain implements EmptiableByDefault {}
        assertThat(new Emptiable().canStartEmpty()).isTrue();
        assertThat(new Child().canStartEmpty()).isTrue();
        assertThat(new ByDefault().canStartEmpty()).isTrue();
    }

    @Test
    void aProxyAnswersForItsTarget() {
        assertThat(proxy(new Plain()).canStartEmpty()).isFalse();
        assertThat(proxy(new Emptiable()).canStartEmpty()).isTrue();
    }

    private static StateSource proxy(StateSource target) {
        return (StateSource) Proxy.newProxyInstance(
                StateSource.class.getClassLoader(),
                new Class<?>[] {StateSource.class},
                (proxy, method, arguments) -> method.invoke(target, arguments));
    }

    // ---- factories

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\u0000", "\u007f", "a\u0085b"})
    void rejectsANameThatNoBackupCanHold(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateSource.of(name, out -> {}, in -> {}))
                .withMessageContaining("\"" + name.replaceAll("\\p{Cc}", "?") + "\"");
        assertThatIllegalArgumentException().isThrownBy(() -> StateSource.json(name, MAP, Map::of, saved -> {}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateSource.json(name, String.class, () -> "", saved -> {}, () -> ""));
    }

    @Test
    @SuppressWarnings("NullAway") // null is what is tested
    void namesAnArgumentThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.of(null, out -> {}, in -> {}))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.of("a", null, in -> {}))
                .withMessage("writer");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.of("a", out -> {}, null))
                .withMessage("reader");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.of("a", 2, out -> {}, null))
                .withMessage("reader");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.json(null, MAP, Map::of, saved -> {}))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.json("a", (TypeReference<String>) null, () -> "", saved -> {}))
                .withMessage("type");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.json("a", (Class<String>) null, () -> "", saved -> {}))
                .withMessage("type");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.json("a", MAP, null, saved -> {}))
                .withMessage("get");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.json("a", MAP, Map::of, null))
                .withMessage("replace");
        assertThatNullPointerException()
                .isThrownBy(() -> StateSource.json("a", MAP, Map::of, saved -> {}, null))
                .withMessage("empty");
    }
}
