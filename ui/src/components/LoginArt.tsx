import { t } from '../i18n';

const bars = [34, 52, 41, 66, 58, 83, 72, 104, 92, 126, 118, 152];
const barStep = 34;
const baseline = 210;

/** The calm half of the log-in page: what the product is for, over a drawing of rising leads. */
export function LoginArt() {
    return (
        <aside className="relative hidden overflow-hidden bg-[#0b4a40] text-white lg:flex lg:flex-col lg:justify-between">
            <div className="max-w-xl p-14 xl:p-20">
                <p className="text-4xl leading-tight font-semibold tracking-tight text-balance xl:text-5xl">
                    {t.login.statement}
                </p>
                <p className="mt-5 max-w-md text-base text-pretty text-[#bfe0d7]">
                    {t.login.statementDetail}
                </p>
            </div>
            <svg
                viewBox="0 0 408 210"
                preserveAspectRatio="xMidYMax slice"
                className="w-full"
                aria-hidden="true"
            >
                {bars.map((height, index) => (
                    <g key={height}>
                        <rect
                            x={index * barStep + 6}
                            y={baseline - height}
                            width="22"
                            height={height + 6}
                            rx="5"
                            fill="#12604f"
                        />
                        <rect
                            x={index * barStep + 6}
                            y={baseline - height * 0.42}
                            width="22"
                            height={height}
                            rx="5"
                            fill="#57c7b0"
                            opacity={0.35 + index * 0.05}
                        />
                    </g>
                ))}
            </svg>
        </aside>
    );
}
