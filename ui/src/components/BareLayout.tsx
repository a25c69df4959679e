import type { ComponentType, ReactNode } from 'react';
import { Logo } from './Logo';
import { ProductName } from './ProductName';

/** The frame of a page that stands outside the application, because no user is known there. */
function BareLayout({ children }: { children: ReactNode }) {
    return (
        <div className="flex min-h-dvh flex-col">
            <header className="border-b border-line bg-surface">
                <div className="page-width flex h-14 items-center gap-2.5">
                    <Logo />
                    <ProductName />
                </div>
            </header>
            <main className="flex-1">{children}</main>
        </div>
    );
}

export function inBareLayout<Props extends object>(Page: ComponentType<Props>) {
    return (props: Props) => (
        <BareLayout>
            <Page {...props} />
        </BareLayout>
    );
}
